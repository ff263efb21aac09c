import avsc from 'avsc';
import { schemaTexts } from './generated/events.ts';

/** Which field it was: found by looking at the whole event again, which only happens once something is wrong. */
export function explainUnencodable(name: keyof typeof schemaTexts, event: unknown, cause: unknown): TypeError {
  let place = '';
  avsc.Type.forSchema(JSON.parse(schemaTexts[name])).isValid(event, {
    errorHook: (path: readonly string[]) => {
      place ||= path.map((part) => `.${part}`).join('');
    },
  });
  return new TypeError(`cannot encode ${name}${place}: ${cause instanceof Error ? cause.message : String(cause)}`, {
    cause,
  });
}
