import { ScreenerError } from '@screener/errors';
import type { MemberOptions } from './client.ts';
import type { Cluster } from './cluster.ts';
import { protocolCode } from './kafka-errors.ts';

/** The group knows another member by our name now: to join again would take the name from it in turn, for ever. */
export const isInstanceTaken = (cause: unknown): boolean => protocolCode(cause) === 'FENCED_INSTANCE_ID';

/** Why a group does not take us, in words for people. */
export function groupRefusal(
  cluster: Cluster,
  { group, instanceId = '' }: Pick<MemberOptions, 'group' | 'instanceId'>,
  cause: unknown,
): ScreenerError {
  if (isInstanceTaken(cause)) return new ScreenerError('INSTANCE_TAKEN', { group, instance: instanceId }, { cause });
  return cluster.refused(cause);
}
