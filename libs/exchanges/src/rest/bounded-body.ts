/** The whole list of a large exchange's instruments has some 20 MB. */
export const bodyBytesMax = 64 * 2 ** 20;

export class BodyTooLong extends Error {}

/** The text of an answer that has an end. */
export async function boundedBody(response: Response, bytesMax = bodyBytesMax): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw new BodyTooLong(`an answer of more than ${bytesMax} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
