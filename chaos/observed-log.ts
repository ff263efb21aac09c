/** A log that tells which processors are started on it and which tasks they make; otherwise as the one behind it. */
import type { Log, Member, ProcessorDefinition, Task } from '@screener/log';

export interface ObservedProcessor {
  readonly definition: ProcessorDefinition;
  /** The newest of each partition. */
  readonly tasks: ReadonlyMap<number, Task>;
  /** undefined while it starts. */
  readonly member: Member | undefined;
}

export interface ObservedLog {
  readonly log: Log;
  /** By group. */
  readonly processors: ReadonlyMap<string, ObservedProcessor>;
}

export function observeLog(behind: Log): ObservedLog {
  const processors = new Map<string, ObservedProcessor>();
  const processor = async (definition: ProcessorDefinition): Promise<Member> => {
    const tasks = new Map<number, Task>();
    const task = (partition: number): Task => {
      const created = definition.task(partition);
      tasks.set(partition, created);
      return created;
    };
    processors.set(definition.group, { definition, tasks, member: undefined });
    const member = await behind.processor({ ...definition, task });
    processors.set(definition.group, { definition, tasks, member });
    return member;
  };
  const log = new Proxy(behind, {
    get(target, name) {
      if (name === 'processor') return processor;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { log, processors };
}
