import type { KeyFact } from '../../preload/contract';

export interface FactGroup {
  readonly group: KeyFact['group'];
  readonly facts: readonly KeyFact[];
}

const ORDER: readonly KeyFact['group'][] = [
  'identity',
  'versions',
  'options',
  'limits',
  'algorithms',
  'other',
];

/** The facts of a key by section, in the order they are read; sections without facts are left out. */
export function groupFacts(facts: readonly KeyFact[]): readonly FactGroup[] {
  return ORDER.map((group) => ({ group, facts: facts.filter((fact) => fact.group === group) })).filter(
    (section) => section.facts.length > 0,
  );
}
