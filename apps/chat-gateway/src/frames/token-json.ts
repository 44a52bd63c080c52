/** The customer's frame, byte for byte: these keys in this order and no others. */
export function tokenJson(data: string, sequence: number): string {
  return `{"type":"token","data":${JSON.stringify(data)},"sequence":${sequence}}`;
}
