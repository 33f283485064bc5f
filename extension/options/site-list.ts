/** The sites that are switched off: listed, added to and removed from. */
import { browserApi } from '../browser-api';
import { SITES } from '../worker/memory';
import { hostOf, MOST_SITES, sitesOf } from '../worker/sites-off';
import { element, say } from './page';

export async function showSites(): Promise<void> {
  draw(await read());
  browserApi.storage.onChanged.addListener((changes, area) => {
    const change = changes[SITES];
    if (area === 'local' && change) draw(sitesOf(change.newValue));
  });
  const typed = element('site', HTMLInputElement);
  element('add-site', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    void add(typed);
  });
  typed.addEventListener('input', () => typed.removeAttribute('aria-invalid'));
}

async function add(typed: HTMLInputElement): Promise<void> {
  const host = hostOf(typed.value);
  const sites = await read();
  if (host === undefined) refuse(typed, 'siteInvalid');
  else if (sites.includes(host)) refuse(typed, 'siteKnown', host);
  else if (sites.length >= MOST_SITES) refuse(typed, 'tooManySites');
  else if (await write([...sites, host].sort())) {
    typed.value = '';
    tell('siteAdded', host);
  }
  typed.focus();
}

async function remove(host: string): Promise<void> {
  const sites = await read();
  if (!(await write(sites.filter((site) => site !== host)))) return;
  tell('siteRemoved', host);
  // What had the focus is gone.
  element('site', HTMLInputElement).focus();
}

function draw(sites: readonly string[]): void {
  element('no-sites', HTMLElement).hidden = sites.length > 0;
  element('sites', HTMLUListElement).replaceChildren(...sites.map(row));
}

function row(host: string): HTMLLIElement {
  const item = document.createElement('li');
  const name = document.createElement('span');
  const button = document.createElement('button');
  name.textContent = host;
  button.type = 'button';
  button.textContent = say('removeSite');
  button.setAttribute('aria-label', say('removeSiteLabel', host));
  button.addEventListener('click', () => void remove(host));
  item.append(name, button);
  return item;
}

function refuse(typed: HTMLInputElement, message: string, host?: string): void {
  typed.setAttribute('aria-invalid', 'true');
  tell(message, host, true);
}

function tell(message: string, host?: string, isWrong = false): void {
  const said = element('site-said', HTMLElement);
  said.textContent = say(message, host);
  said.classList.toggle('wrong', isWrong);
}

async function read(): Promise<readonly string[]> {
  return sitesOf((await browserApi.storage.local.get([SITES]))[SITES]);
}

async function write(sites: readonly string[]): Promise<boolean> {
  try {
    await browserApi.storage.local.set({ [SITES]: sites });
    return true;
  } catch {
    tell('notKept', undefined, true);
    return false;
  }
}
