/** What can be wrong with a dialog in the window, whatever it says: one line for each fault. */
import type { Page } from 'playwright';
import { isOpenTo, onlyPlace } from '../../../renderer/ceremony/buttons';
import { testIds as t } from '../../../renderer/test-ids';
import type { DialogStage } from './dialog-stage';
import type { Sample } from './sample';

declare global {
  interface Window {
    /** What Tab stopped at, and whether any of it was in sight then. */
    walked: { readonly stop: string; isSeen?: boolean }[];
    lookAtFocus: () => void;
    stopWalking: () => void;
  }
}

/** What Tab stops at, at its best: a browser leaves out what is disabled or hidden. */
const STOPS = 'a[href], button, input, select, textarea, [tabindex="0"]';

/** All of who asks can be read, none of it is cut off, and no line of it ends with a hyphen, which would look like one of a word. */
export async function siteFaults(page: Page, { view }: Sample): Promise<readonly string[]> {
  const { origin, ascii, embeddedIn = '' } = view.site;
  const seen = await page.evaluate(
    ([site, name]) => {
      const element = document.querySelector<HTMLElement>(`[data-testid="${name}"]`);
      let isCut = false;
      for (let outer: Element | null = element; outer !== null; outer = outer.parentElement) {
        const { textOverflow, whiteSpace, webkitLineClamp } = getComputedStyle(outer);
        isCut ||= textOverflow === 'ellipsis' || whiteSpace === 'nowrap' || webkitLineClamp !== 'none';
      }
      const around = document.querySelector(`[data-testid="${site}"]`);
      const texts = around ? document.createTreeWalker(around, NodeFilter.SHOW_TEXT) : undefined;
      const drawn: { readonly character: string; readonly bottom: number }[] = [];
      for (let text = texts?.nextNode(); text; text = texts?.nextNode()) {
        for (let at = 0; at < (text.textContent?.length ?? 0); at += 1) {
          const range = document.createRange();
          range.setStart(text, at);
          range.setEnd(text, at + 1);
          drawn.push({ character: range.toString(), bottom: range.getBoundingClientRect().bottom });
        }
      }
      const brokenAfter = drawn.findIndex(
        ({ character, bottom }, index) =>
          character === '-' && Math.abs((drawn[index + 1]?.bottom ?? bottom) - bottom) > 4,
      );
      const { left = 0, right = 0 } = element?.getBoundingClientRect() ?? {};
      return {
        origin: element?.innerText,
        words: document.querySelector<HTMLElement>(`[data-testid="${site}"]`)?.innerText ?? '',
        broken:
          brokenAfter < 0
            ? ''
            : drawn
                .slice(0, brokenAfter + 1)
                .map(({ character }) => character)
                .join(''),
        isCut: isCut || left < 0 || right > window.innerWidth,
      };
    },
    [t.ceremonySite, t.ceremonyOrigin] as const,
  );
  return [
    ...(seen.origin === origin ? [] : [`the origin is not there in full: ${origin}`]),
    ...[ascii, embeddedIn]
      .filter((told) => !seen.words.includes(told))
      .map((told) => `nobody is told of ${told}`),
    ...(seen.broken === '' ? [] : [`a host goes on in the next line after a hyphen: ${seen.broken}`]),
    ...(seen.isCut ? ['the origin is cut off'] : []),
  ];
}

/** Something in the dialog has the focus, and nothing hides any of it. In a window of the usual size. */
export async function focusFaults(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const dialog = document.querySelector('[role="dialog"]');
    const element = document.activeElement;
    if (element === null || element === dialog || dialog?.contains(element) !== true)
      return ['the focus is not in the dialog'];
    const { left, top, width, height } = element.getBoundingClientRect();
    const parts = [0.1, 0.5, 0.9];
    const isInSight = parts.every((across) =>
      parts.every((down) =>
        element.contains(document.elementFromPoint(left + width * across, top + height * down)),
      ),
    );
    return isInSight ? [] : [`what has the focus is hidden: ${element.outerHTML.slice(0, 100)}`];
  });
}

/** There is more of it than the window shows. */
export function scrolls(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const { scrollHeight = 0, clientHeight = 0 } = document.querySelector('[role="dialog"]') ?? {};
    return scrollHeight > clientHeight;
  });
}

/** Stops of the Tab key, as they are found by eye: lines from above, each from the left. Numbers them for {@link tabFaults}. */
async function stopsByEye(page: Page): Promise<readonly string[]> {
  return page.evaluate((selector) => {
    const stops = [...document.querySelectorAll<HTMLElement>(selector)].filter(
      (element) =>
        element.checkVisibility({ visibilityProperty: true }) &&
        element.tabIndex >= 0 &&
        !element.matches(':disabled'),
    );
    const placed = stops.map((element) => ({ element, rect: element.getBoundingClientRect() }));
    const isBeside = (one: DOMRect, other: DOMRect): boolean =>
      Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) >
      Math.min(one.height, other.height) / 2;
    placed.sort(({ rect: one }, { rect: other }) =>
      isBeside(one, other) ? one.left - other.left : one.top - other.top,
    );
    return placed.map(({ element }, index) => {
      const name = `${index} ${element.getAttribute('data-testid') ?? element.tagName} ${element.innerText.slice(0, 20)}`;
      element.setAttribute('data-stop', name);
      return name;
    });
  }, STOPS);
}

/**
 * Tab goes through all there is in the order that it has for the eye, and all of what has the focus is in sight. High enough for all of it
 * to be found by eye; then in the window as it is. `isPatient` looks again after each key, once everything is where it stays.
 */
export async function tabFaults(page: Page, isPatient = false): Promise<readonly string[]> {
  const size = page.viewportSize();
  if (size === null) throw new Error('the window has no size');
  await page.setViewportSize({ ...size, height: 6000 });
  const expected = await stopsByEye(page);
  await page.setViewportSize(size);
  await page.evaluate(() => {
    const over = new AbortController();
    const walked: (typeof window)['walked'] = [];
    Object.assign(window, { walked, stopWalking: () => over.abort() });
    const isSeen = (element: Element): boolean => {
      const { left, top, width, height } = element.getBoundingClientRect();
      const parts = [0.1, 0.5, 0.9];
      const isThere = (across: number, down: number): boolean => {
        const hit = document.elementFromPoint(left + width * across, top + height * down);
        return hit !== null && (element.contains(hit) || hit.closest('label')?.contains(element) === true);
      };
      // What is higher than the window cannot be seen at once.
      const [rows, columns] = height < window.innerHeight / 2 ? [parts, parts] : [[0.5], parts];
      return rows.every((down) => columns.every((across) => isThere(across, down)));
    };
    document.addEventListener(
      'focusin',
      ({ target }) => {
        const stop = target instanceof Element ? target.getAttribute('data-stop') : null;
        if (stop !== null && !walked.some((before) => before.stop === stop)) walked.push({ stop });
      },
      { signal: over.signal },
    );
    window.lookAtFocus = () => {
      const element = document.activeElement;
      const visit = walked.find(({ stop }) => stop === element?.getAttribute('data-stop'));
      if (visit && element) visit.isSeen ||= isSeen(element);
    };
    document.addEventListener('keyup', () => window.lookAtFocus(), { signal: over.signal });
    // Tab begins here. It does not go round: from the last stop, the focus leaves the page, and comes back when it likes.
    document.body.tabIndex = -1;
    document.body.focus();
  });
  for (let presses = 0; presses < expected.length; presses += 1) {
    await page.keyboard.press('Tab');
    if (isPatient)
      await page.evaluate(async () => {
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        window.lookAtFocus();
      });
  }
  const visited = await page.evaluate(() => {
    window.stopWalking();
    document.body.removeAttribute('tabindex');
    return window.walked;
  });
  const walked = visited.map(({ stop }) => stop);
  const hidden = visited.filter(({ isSeen }) => isSeen !== true).map(({ stop }) => stop);
  const isRight = walked.join() === expected.join();
  // It may have taken a moment until it was drawn where it is now.
  if ((!isRight || hidden.length > 0) && !isPatient) return tabFaults(page, true);
  return [
    ...(isRight ? [] : [`Tab goes [${walked.join(' → ')}], not [${expected.join(' → ')}]`]),
    ...hidden.map((stop) => `out of sight with the focus: ${stop}`),
  ];
}

/** Everything that can be done can be done with what is there, and nothing else; Escape is cancel. */
export async function actFaults(stage: DialogStage, sample: Sample): Promise<readonly string[]> {
  const { page } = stage;
  const { view } = sample;
  const faults: string[] = [];
  await stage.takeDone();
  await page.keyboard.press('Escape');
  const escaped = await stage.takeDone();
  const escape = view.acts.includes('cancel') ? ['cancel'] : [];
  if (escaped.join() !== escape.join()) faults.push(`Escape does [${escaped.join()}]`);

  await page.evaluate(() => {
    for (const button of document.querySelectorAll('button'))
      if (!button.matches(':disabled')) button.click();
  });
  const done = new Set([...escaped, ...(await stage.takeDone())]);
  await page.evaluate(() => document.querySelector('form')?.scrollIntoView());
  const fields = await page.locator('input').all();
  for (const [index, field] of fields.entries())
    await field.fill(view.state.name === 'change-key-pin' && index === 0 ? 'the old one' : 'a name or a PIN');
  await fields[0]?.press('Enter');
  for (const act of await stage.takeDone()) done.add(act.replace(/: (a name or a PIN|the old one).*$/, ''));
  // Leads out of the dialog, and is no act of it.
  done.delete('show-latchkey');

  const expected = expectedActs(sample);
  const missing = expected.filter((act) => !done.has(act));
  const surplus = [...done].filter((act) => !expected.includes(act));
  if (missing.length > 0) faults.push(`cannot be done: ${missing.join(', ')}`);
  if (surplus.length > 0) faults.push(`should not be done: ${surplus.join(', ')}`);
  return faults;
}

function expectedActs({ view: { acts, state } }: Sample): readonly string[] {
  return acts.flatMap((act) => {
    switch (act) {
      case 'choose-place': {
        if (state.name === 'choose-place' && !state.all) {
          const only = onlyPlace(state);
          return only ? [`choose-place: ${only.id}`] : [];
        }
        if (!('places' in state)) return [];
        const listed =
          'accounts' in state ? state.accounts.map(({ place }) => ('id' in place ? place.id : place.is)) : [];
        return state.places
          .filter((place) => isOpenTo(place) && !listed.includes(place.id))
          .map(({ id }) => `choose-place: ${id}`);
      }
      case 'choose-account':
        return state.name === 'choose-account' ? state.accounts.map(({ id }) => `choose-account: ${id}`) : [];
      case 'enter-pin':
        // Nothing is sent before the wait is over.
        return state.name === 'device-pin' && (state.wait ?? 0) > 0 ? [] : [act];
      default:
        return [act];
    }
  });
}
