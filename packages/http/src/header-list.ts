/**
 * The value of a header in a list of names and values by turns. Building an object of all headers, to read the three that
 * are of use, would cost more.
 *
 * @param name In lower case.
 */
export function headerIn(list: readonly string[], name: string): string | undefined {
  for (let index = 0; index < list.length; index += 2) {
    const candidate = list[index];
    if (candidate?.length === name.length && candidate.toLowerCase() === name) return list[index + 1];
  }
  return undefined;
}
