/**
 * What a walk through the day has seen, in the words of the data's README. Where the two modes
 * differ is said; all else is equal in both.
 */
export class DayCounts {
  /** Rows of type 2, 3 and 4 about an order held by id; about an anonymous one; about neither. */
  ownIds = 0
  anonymousIds = 0
  unresolvedIds = 0
  /** New orders that would trade at once: none in a sound file. */
  crossingOrders = 0

  /**
   * Rows of type 4, row 0 left out; those at the best price; those of an order at the head of its
   * queue.
   */
  fills = 0
  fillsAtBest = 0
  fifoHeadFills = 0
  heldFills = 0
  heldFillsAtHead = 0
  anonymousFills = 0
  anonymousFillsAtHead = 0
  /** Rows of type 4 whose order was not the head. */
  readonly rowsNotAtHead: number[] = []

  /**
   * Steps in which a level came into view, and how many levels. In `grouped` mode several can come
   * at once, so that the steps are fewer; a level that is there and gone again within a group is
   * not counted at all.
   */
  adoptedSteps = 0
  adoptedLevels = 0
  /** Most levels that came into view on one side in one step: 1 in `single` mode. */
  adoptedLevelsMax = 0
  /** Levels that sank out of view. */
  droppedLevels = 0
  /** Levels that no rule explains; they are mended from the book file. None in a sound file. */
  otherDifferences = 0

  /** Groups of type 4 rows, row 0's among them; in `single` mode each row is one. */
  groups = 0
  /** Groups that could be played, which row 0 cannot: its book before is unknown. */
  takers = 0
  /** Takers whose fills are those of first-in, first-out. */
  exactTakers = 0
  /** Fills of the longest group, one a row. */
  groupFillsMax = 0
  /** Rows of type 5 between the rows of a group; 0 in `single` mode. */
  hiddenRowsInGroups = 0
  /**
   * First rows of the takers that are not exact: their rows are applied as cancels and reductions.
   */
  readonly exceptions: number[] = []
}
