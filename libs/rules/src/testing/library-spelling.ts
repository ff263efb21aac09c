/** A condition as the library needs it: parameters and whole literals written as doubles, which is the one difference that our language has on purpose. */
import { type ASTNode, Environment } from '@marcbachmann/cel-js';

const parser = new Environment({ unlistedVariablesAreDyn: true });

interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const doubleText = (value: number): string => {
  const text = `${value}`;
  return `(${/[.e]/.test(text) ? text : `${text}.0`})`;
};

export function librarySpelling(text: string, parameters: Readonly<Record<string, number>> = {}): string {
  const replacements: Replacement[] = [];
  collect(parser.parse(text).ast, parameters, replacements);
  let spelled = text;
  for (const { start, end, text: replaced } of replacements.sort((one, other) => other.start - one.start)) {
    spelled = spelled.slice(0, start) + replaced + spelled.slice(end);
  }
  return spelled;
}

function collect(node: ASTNode, parameters: Readonly<Record<string, number>>, found: Replacement[]): void {
  const inner = (child: ASTNode): void => collect(child, parameters, found);
  const { start, end } = node;
  switch (node.op) {
    case 'value':
      if (typeof node.args === 'bigint') found.push({ start, end, text: `${node.args}.0` });
      return;
    case '.': {
      const [owner, name] = node.args;
      if (owner.op !== 'id' || owner.args !== 'params') inner(owner);
      else found.push({ start, end, text: doubleText(parameters[name] as number) });
      return;
    }
    case 'rcall': {
      const [name, owner, args] = node.args;
      inner(owner);
      // The count of candles is whole in both.
      if (name !== 'last') args.forEach(inner);
      if (name === 'size') found.push({ start, end: start, text: 'double(' }, { start: end, end, text: ')' });
      return;
    }
    case '[]':
      inner(node.args[0]);
      return;
    case 'call':
      node.args[1].forEach(inner);
      return;
    case '-_':
    case '!_':
      inner(node.args);
      return;
    case 'id':
      return;
    default:
      if (Array.isArray(node.args)) for (const child of node.args) inner(child as ASTNode);
  }
}
