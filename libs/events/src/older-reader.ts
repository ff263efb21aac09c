/**
 * Reads bodies that another version of a schema wrote: older ones of ours, or what a registry has. avsc resolves fields and
 * defaults; but it believes every length and count, so the bytes are walked through with ours first.
 */
import avsc from 'avsc';
import { ByteReader } from './wire/byte-reader.ts';

export type BodyReader = (from: ByteReader) => unknown;

/** Throws where the written schema cannot be read as the wanted one. */
export function olderReader(writtenText: string, wantedText: string): BodyReader {
  const written = avsc.Type.forSchema(JSON.parse(writtenText));
  const wanted = avsc.Type.forSchema(JSON.parse(wantedText));
  const resolver = wanted.createResolver(written);
  return (from) => {
    const body = from.walked(() => walk(written, from));
    return wanted.fromBuffer(body, resolver);
  };
}

/** Reads a body without head that one schema wrote as a reader with another does. */
export function readAs(wantedText: string, writtenText: string, body: Uint8Array): unknown {
  const from = new ByteReader();
  from.begin(body, 0);
  const event = olderReader(writtenText, wantedText)(from);
  from.finish();
  return event;
}

/** True where both lay out the same bytes, whatever they say to people. */
export function sameLayout(one: string, other: string): boolean {
  if (one === other) return true;
  const [first, second] = [one, other].map((text) => avsc.Type.forSchema(JSON.parse(text)).fingerprint());
  return first?.equals(second ?? Buffer.alloc(0)) ?? false;
}

function walk(type: avsc.Type, from: ByteReader): void {
  if (isKind(type, 'record')) for (const field of type.fields) walk(field.type, from);
  else if (isKind(type, 'array')) eachItem(from, () => walk(type.itemsType, from));
  else if (isKind(type, 'map')) {
    eachItem(from, () => {
      from.string();
      walk(type.valuesType, from);
    });
  } else if (isKind(type, 'union:unwrapped') || isKind(type, 'union:wrapped')) {
    const types = type.types;
    walk(types[from.index(types.length)] as avsc.Type, from);
  } else if (isKind(type, 'enum')) from.index(type.symbols.length);
  else if (isKind(type, 'fixed')) from.skip(type.size);
  else walkPrimitive(type.typeName, from);
}

interface Kinds {
  record: avsc.types.RecordType;
  array: avsc.types.ArrayType;
  map: avsc.types.MapType;
  enum: avsc.types.EnumType;
  fixed: avsc.types.FixedType;
  'union:unwrapped': avsc.types.UnwrappedUnionType;
  'union:wrapped': avsc.types.WrappedUnionType;
}

const isKind = <K extends keyof Kinds>(type: avsc.Type, kind: K): type is Kinds[K] => type.typeName === kind;

function eachItem(from: ByteReader, item: () => void): void {
  for (let left = from.block(); left > 0; left = from.block()) for (; left > 0; left--) item();
}

function walkPrimitive(name: string, from: ByteReader): void {
  switch (name) {
    case 'null':
      return;
    case 'boolean':
      from.boolean();
      return;
    case 'int':
      from.int();
      return;
    case 'long':
      from.long();
      return;
    case 'float':
      from.skip(4);
      return;
    case 'double':
      from.skip(8);
      return;
    case 'bytes':
      from.blob();
      return;
    case 'string':
      from.string();
      return;
    default:
      throw new Error(`schemas with ${name} are not read`);
  }
}
