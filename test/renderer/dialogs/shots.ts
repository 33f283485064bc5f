/** Pictures of the samples: one of each in each appearance, and sheets of them side by side. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sizes, type SizeName, type ThemeName } from './appearance';
import { DialogStage } from './dialog-stage';
import type { Sample } from './sample';
import { drawnSamples, sampleGroups } from './samples';

const looks = [
  { name: 'light', theme: 'light', size: 'normal' },
  { name: 'dark', theme: 'dark', size: 'normal' },
  { name: 'contrast', theme: 'contrast', size: 'normal' },
  { name: 'small', theme: 'light', size: 'small' },
  { name: 'zoomed', theme: 'light', size: 'zoomed' },
] as const satisfies readonly { readonly name: string; readonly theme: ThemeName; readonly size: SizeName }[];

/** CSS pixels. */
const SHEET_WIDTH = 1500;

interface Picture {
  readonly sample: Sample;
  readonly png: Buffer;
}

export interface ShotOptions {
  readonly into: string;
  /** Of the ids; none: all. */
  readonly words: readonly string[];
  readonly virtualDisplay: boolean;
}

/** Returns how many pictures there are now. Rejects for errors in the page. */
export async function takeShots({ into, words, virtualDisplay }: ShotOptions): Promise<number> {
  await mkdir(into, { recursive: true });
  const isWanted = ({ id }: Sample): boolean => words.length === 0 || words.some((word) => id.includes(word));
  const stage = await DialogStage.open({ virtualDisplay });
  let count = 0;
  const keep = async (name: string, png: Buffer): Promise<void> => {
    await writeFile(join(into, `${name}.png`), png);
    count += 1;
  };
  try {
    for (const { name, theme, size } of looks) {
      const taken = new Map<string, Buffer>();
      await stage.look(theme, size);
      for (const sample of drawnSamples.filter(isWanted)) {
        await stage.show(sample);
        const png = await stage.page.screenshot({ animations: 'disabled' });
        taken.set(sample.id, png);
        await keep(`${sample.id}-${name}`, png);
      }
      // The sheets themselves are no dialogs.
      await stage.look('light', size);
      for (const { title, samples } of sampleGroups) {
        const pictures = samples.flatMap((sample): readonly Picture[] => {
          const png = taken.get(sample.id);
          return png ? [{ sample, png }] : [];
        });
        if (pictures.length === 0) continue;
        const file = `sheet-${title.toLowerCase().replaceAll(' ', '-')}-${name}`;
        await keep(file, await drawSheet(stage, `${title}, ${name}`, pictures, size));
      }
    }
    if (stage.errors.length > 0) throw new Error(`The page had errors:\n${stage.errors.join('\n')}`);
    return count;
  } finally {
    await stage.close();
  }
}

async function drawSheet(
  stage: DialogStage,
  title: string,
  pictures: readonly Picture[],
  size: SizeName,
): Promise<Buffer> {
  const { page } = stage;
  const { width, zoom } = sizes[size];
  await page.goto('about:blank');
  await page.setViewportSize({ width: SHEET_WIDTH, height: 800 });
  await page.setContent(`<!doctype html>
    <style>
      body { margin: 16px; font: 13px sans-serif; color: black; background: #bbb; color-scheme: light; forced-color-adjust: none }
      main { display: flex; flex-wrap: wrap; gap: 16px; align-items: start }
      figure { margin: 0; width: ${width * zoom}px }
      img { display: block; width: 100% }
    </style>
    <h1>${title}</h1>
    <main>${pictures
      .map(
        ({ sample: { id, caption }, png }) =>
          `<figure><figcaption>${id}: ${caption}</figcaption><img src="data:image/png;base64,${png.toString('base64')}" /></figure>`,
      )
      .join('')}</main>`);
  const sheet = await page.screenshot({ fullPage: true, animations: 'disabled' });
  const { height } = sizes[size];
  await page.setViewportSize({ width, height });
  return sheet;
}
