/** What a POST has done, or had done before. */
export interface Accepted<Answer> {
  answer: Answer;
  /** What it asks for was there already: the same request with the same key came earlier. */
  isRepeated: boolean;
}
