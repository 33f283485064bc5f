/** The browser's name and version, for people: "Chromium 156", "Firefox 153". */

/** Chromium: who it says it is, some of it made up on purpose ("Not A Brand"). */
interface Brands {
  readonly userAgentData?: {
    readonly brands: readonly { readonly brand: string; readonly version: string }[];
  };
}

export function browserName(navigator: Brands & { readonly userAgent: string }): string {
  const brands = (navigator.userAgentData?.brands ?? []).filter(({ brand }) => !/not.*brand/i.test(brand));
  const own = brands.find(({ brand }) => brand !== 'Chromium') ?? brands[0];
  if (own) return `${own.brand} ${own.version}`;
  const firefox = /Firefox\/(\d+)/.exec(navigator.userAgent);
  return firefox ? `Firefox ${firefox[1]}` : 'Unknown browser';
}
