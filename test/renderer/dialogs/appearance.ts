/** How a dialog can be looked at. The address of the gallery holds it: `#theme=dark&size=small&find=pin`. */

/** CSS pixels, and by how much each is magnified. The first is the real window. */
export const sizes = {
  normal: { label: 'Window (460 × 560)', width: 460, height: 560, zoom: 1 },
  small: { label: 'Small (320 × 360)', width: 320, height: 360, zoom: 1 },
  zoomed: { label: '200 % zoom', width: 230, height: 280, zoom: 2 },
} as const;

export type SizeName = keyof typeof sizes;
export const sizeNames = Object.keys(sizes) as readonly SizeName[];

/** `viewer/index.cjs` makes them real in its window; in any other browser the system decides. */
export const themes = { light: 'Light', dark: 'Dark', contrast: 'High contrast' } as const;

export type ThemeName = keyof typeof themes;
export const themeNames = Object.keys(themes) as readonly ThemeName[];

export interface Appearance {
  readonly theme: ThemeName;
  readonly size: SizeName;
  readonly find: string;
}

export function appearanceOf(hash: string): Appearance {
  const said = new URLSearchParams(hash.replace(/^#/, ''));
  return {
    theme: themeNames.find((name) => name === said.get('theme')) ?? 'light',
    size: sizeNames.find((name) => name === said.get('size')) ?? 'normal',
    find: said.get('find') ?? '',
  };
}

export function hashOf({ theme, size, find }: Appearance): string {
  return `#${new URLSearchParams({ theme, size, ...(find !== '' && { find }) }).toString()}`;
}
