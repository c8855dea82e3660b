/** Bytes by their kind and number. */
export function bytes(value: NodeJS.ArrayBufferView | ArrayBufferLike): string {
  return `[${Object.prototype.toString.call(value).slice(8, -1)} of ${value.byteLength} bytes]`;
}

/** What a function is called. */
export function nameOf(value: unknown): string {
  try {
    const name: unknown = Reflect.get(Object(value), 'name');
    return typeof name === 'string' && name !== '' ? name : 'anonymous';
  } catch {
    return 'anonymous';
  }
}
