"""An order entry client in Python, with nothing but its standard library: logs on, trades, loses a report and asks for it again.

    python3 examples/order_entry.py HOST:PORT COMPID [KEYID SECRET]    trades two lots of BTCUSDT with itself
    python3 examples/order_entry.py --check                            holds its codec against protocol/golden.json

Where a field stands it reads from the SBE schema, protocol/tradsys.sbe.xml; protocol/WIRE.md has the rules of a session. A SECRET is
one of `tradsys key create --kind hmac-sha256`.
"""
import base64, hashlib, hmac, json, socket, struct, sys, time
from datetime import datetime, timezone
from pathlib import Path
from xml.etree import ElementTree

PROTOCOL = Path(__file__).resolve().parent.parent / "protocol"
HEADER = struct.Struct("<IHHHHHIqBBq")  # length, encoding, blockLength, templateId, schemaId, version, MsgSeqNum, SendingTime, flags
GROUP = struct.Struct("<HH")  # blockLength and numInGroup, before the entries
SBE_LITTLE_ENDIAN, POSS_DUP, NULL = 0xEB50, 1, -(2**63)
PRIMITIVES = {"uint8": "B", "uint16": "H", "uint32": "I", "int64": "q", "char": "c"}


class Schema:
    """The messages of the wire, by name and by template id: their fields as (name, offset, struct format, null)."""

    def __init__(self, path):
        root = ElementTree.parse(path).getroot()
        types = {name: letter for name, letter in PRIMITIVES.items()} | {"char": "B"}
        for one in root.iter("type"):
            length = one.get("length")
            types[one.get("name")] = f"{length}s" if length else PRIMITIVES[one.get("primitiveType")]
        for one in root.iter("enum"):
            types[one.get("name")] = {"char": "B"}.get(one.get("encodingType")) or PRIMITIVES[one.get("encodingType")]
        self.id, self.version = int(root.get("id")), int(root.get("version"))
        self.messages = {}
        for one in root.iter("{http://fixprotocol.io/2016/sbe}message"):
            fields_of = lambda block: [(f.get("name"), int(f.get("offset")), "<" + types[f.get("type")]) for f in block.findall("field")]
            groups = [(g.get("name"), int(g.get("blockLength")), fields_of(g)) for g in one.findall("group")]
            message = (one.get("name"), int(one.get("id")), int(one.get("blockLength")), fields_of(one), groups)
            self.messages[message[0]] = self.messages[message[1]] = message

    def encode(self, name, number, values, time_us, flags=0, version=None, block_bytes=None):
        _, template, full, fields, groups = self.messages[name]
        body = self.encode_block(fields, block_bytes or full, values)
        block_bytes = len(body)
        for group, entry_bytes, entry_fields in groups:
            entries = values.get(group, [])
            body += GROUP.pack(entry_bytes, len(entries))
            for entry in entries:
                body += self.encode_block(entry_fields, entry_bytes, entry)
        header = (HEADER.size + len(body), SBE_LITTLE_ENDIAN, block_bytes, template, self.id, version or self.version)
        return HEADER.pack(*header, number, time_us, flags, 0, NULL) + body

    def decode(self, frame):
        _, _, block_bytes, template, _, _, number, _, flags, _, _ = HEADER.unpack_from(frame)
        name, _, _, fields, groups = self.messages[template]
        values, at = self.decode_block(fields, frame, HEADER.size, block_bytes), HEADER.size + block_bytes
        for group, _, entry_fields in groups:  # as long as the frame says, not as the schema: a newer version may have appended
            (entry_bytes, count), at = GROUP.unpack_from(frame, at), at + GROUP.size
            values[group] = [self.decode_block(entry_fields, frame, at + i * entry_bytes, entry_bytes) for i in range(count)]
            at += count * entry_bytes
        return name, number, bool(flags & POSS_DUP), values

    @staticmethod
    def encode_block(fields, block_bytes, values):
        block = bytearray(block_bytes)
        for field, offset, form in fields:
            if offset + struct.calcsize(form) <= block_bytes:
                value = values.get(field, NULL if form == "<q" else b"" if form.endswith("s") else 0)
                struct.pack_into(form, block, offset, value.encode("ascii") if isinstance(value, str) else value)
        return block

    @staticmethod
    def decode_block(fields, frame, at, block_bytes):
        values = {}
        for field, offset, form in fields:  # a newer version may have appended what we do not know, an older one may end before
            if offset + struct.calcsize(form) <= block_bytes:
                (value,) = struct.unpack_from(form, frame, at + offset)
                values[field] = value.rstrip(b"\0").decode("ascii") if form.endswith("s") else value
        return values


class Session:
    def __init__(self, schema, address, comp_id, key_id="", secret=""):
        self.schema, self.comp_id, self.key_id, self.secret = schema, comp_id, key_id, secret
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=10)
        self.buffer, self.next_number, self.next_report = b"", 0, 0

    def say(self, name, **values):
        self.socket.sendall(self.schema.encode(name, self.next_number, values, time.time_ns() // 1000))

    def send(self, name, **values):
        """An application message: it uses its number up."""
        self.say(name, **values)
        self.next_number += 1

    def hear(self):
        """The next message; what the session says for itself is answered here."""
        while True:
            if len(self.buffer) >= 4 and len(self.buffer) >= (length := struct.unpack_from("<I", self.buffer)[0]):
                frame, self.buffer = self.buffer[:length], self.buffer[length:]
                name, number, poss_dup, values = self.schema.decode(frame)
                if name == "TestRequest":
                    self.say("Heartbeat", TestReqID=values["TestReqID"])
                elif name != "Heartbeat":
                    return name, number, poss_dup, values
                continue
            chunk = self.socket.recv(65536)
            if not chunk:
                raise ConnectionError("the exchange has closed the connection")
            self.buffer += chunk

    def log_on(self):
        """From now on: reports of before are not asked for. The exchange says which numbers come next."""
        time_us, signature = time.time_ns() // 1000, ""
        if self.secret:
            moment = datetime.fromtimestamp(time_us / 1e6, timezone.utc).strftime("%Y%m%d-%H:%M:%S.") + f"{time_us % 10**6:06}"
            text = "\x01".join(["A", self.comp_id, "TRADSYS", "0", moment])
            key = hashlib.sha256(self.secret.encode()).digest()
            signature = base64.b64encode(hmac.new(key, text.encode("latin-1"), hashlib.sha256).digest()).decode()
        said = {"SenderCompID": self.comp_id, "TargetCompID": "TRADSYS", "HeartBtInt": 30, "RawData": signature, "Username": self.key_id}
        self.socket.sendall(self.schema.encode("Logon", 0, said, time_us))
        name, number, _, values = self.hear()
        if name != "Logon":
            raise ConnectionError(values.get("Text", name))
        self.next_number, self.next_report = values["NextExpectedMsgSeqNum"], number

    def reports(self, count):
        """The next reports of the session, in order; those that are missing are asked for again."""
        found, early = [], {}
        while len(found) < count:
            name, number, _, values = self.hear()
            if name in ("Reject", "BusinessMessageReject", "Logout"):
                raise RuntimeError(f"{name}: {values['Text']}")
            if number > self.next_report and not early:
                self.say("ResendRequest", BeginSeqNo=self.next_report, EndSeqNo=number - 1)
            if number >= self.next_report:
                early[number] = values
            while self.next_report in early:
                found.append((self.next_report, early.pop(self.next_report)))
                self.next_report += 1
        return found


def trade(address, *credentials):
    session = Session(Schema(PROTOCOL / "tradsys.sbe.xml"), address, *credentials)
    session.log_on()
    mark = f"py-{time.time_ns()}"
    for side, what in (("1", "buy"), ("2", "sell")):
        session.send("NewOrderSingle", ClOrdID=f"{mark}-{what}", Side=ord(side), OrdType=ord("2"), TimeInForce=ord("1"),
                     Symbol="BTCUSDT", OrderQty=2, Price=6_000_000)  # lots and ticks: 0.0002 BTC at 60,000.00
    session.hear()  # and lost: as if it had never come
    for number, report in session.reports(4):
        print(number, report["ClOrdID"], chr(report["ExecType"]), chr(report["OrdStatus"]), report["CumQty"], "of", report["OrderQty"])
    session.say("Logout")
    print(session.hear()[0])


def exact(values):
    """JSON has rounded the null of an int64."""
    null = lambda value: NULL if value == -9223372036854776000 else value
    return {name: [exact(entry) for entry in value] if isinstance(value, list) else null(value) for name, value in values.items()}


def check():
    schema, frames = Schema(PROTOCOL / "tradsys.sbe.xml"), json.loads((PROTOCOL / "golden.json").read_text())
    for frame in frames:
        expected = bytes.fromhex(frame["hex"])
        values = exact(frame["fields"])
        form = {"version": frame["version"], "block_bytes": HEADER.unpack_from(expected)[2]}
        assert schema.encode(frame["message"], frame["msgSeqNum"], values, frame["sendingTime"], **form) == expected, frame["message"]
        assert schema.decode(expected) == (frame["message"], frame["msgSeqNum"], False, values), frame["message"]
    print(len(frames), "frames")


if len(sys.argv) == 2 and sys.argv[1] == "--check":
    check()
elif len(sys.argv) in (3, 5):
    trade(*sys.argv[1:])
else:
    sys.exit(__doc__)
