/** What page.ts finds in a page, for tests without one. To be imported before anything of extension/page. */

class PlainDocument extends EventTarget {
  hasFocus(): boolean {
    return true;
  }
}

const page = { window: globalThis, top: globalThis, Document: PlainDocument, document: new PlainDocument() };

for (const [name, value] of Object.entries(page))
  if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true });
