/** What the simulated key takes for too simple a PIN while pinComplexityPolicy is on (CTAP 2.2 leaves the rules to the key). */

/** One character again and again (`1111`), or each the next or the one before in Unicode (`1234`, `dcba`). */
export function isSimplePin(pin: string): boolean {
  const codePoints = [...pin].map((character) => character.codePointAt(0) ?? 0);
  const steps = new Set(codePoints.slice(1).map((codePoint, index) => codePoint - (codePoints[index] ?? 0)));
  const [step, ...others] = steps;
  return others.length === 0 && (step === undefined || Math.abs(step) <= 1);
}
