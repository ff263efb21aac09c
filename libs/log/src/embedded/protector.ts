/** Who protects a record: a group, or one of the tasks of a group that all need the partition. No group has such a name. */
const SEPARATOR = '\n';

export const protectorOf = (group: string, task: number | undefined): string =>
  task === undefined ? group : `${group}${SEPARATOR}${task}`;

export const groupOfProtector = (protector: string): string => protector.split(SEPARATOR, 1)[0] ?? protector;

/** Of all protectors of a group, its name being given twice. */
export const protectorsOfGroup = `(group_name = ? OR instr(group_name, ? || char(${SEPARATOR.charCodeAt(0)})) = 1)`;
