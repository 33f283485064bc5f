/** The options page's elements and words. */
import { browserApi } from '../browser-api';

export function element<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`options.html has no ${id}`);
  return found;
}

export function say(message: string, substitution?: string): string {
  return browserApi.i18n.getMessage(message, substitution === undefined ? [] : [substitution]);
}

/** Everything that says the same all the time. */
export function translate(): void {
  for (const place of document.querySelectorAll<HTMLElement>('[data-message]'))
    place.textContent = say(place.dataset.message ?? '');
  element('site', HTMLInputElement).placeholder = say('siteExample');
}
