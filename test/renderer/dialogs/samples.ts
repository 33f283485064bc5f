/** Every state of the dialogs, in every variant that is worth a look. */
import { deviceSamples, hiddenSamples, keyPinSamples, touchSamples, waitingSamples } from './prompt-samples';
import type { Sample } from './sample';
import { saveSamples } from './save-samples';
import { siteSamples } from './site-samples';
import { troubleSamples } from './trouble-samples';
import { useSamples } from './use-samples';

export interface SampleGroup {
  readonly title: string;
  readonly samples: readonly Sample[];
}

export const sampleGroups: readonly SampleGroup[] = [
  { title: 'Save', samples: saveSamples },
  { title: 'Use', samples: useSamples },
  { title: 'Keys', samples: touchSamples },
  { title: 'PINs of keys', samples: keyPinSamples },
  { title: 'This device', samples: deviceSamples },
  { title: 'Troubles', samples: Object.values(troubleSamples).flat() },
  { title: 'Who asks', samples: siteSamples },
  { title: 'Waiting', samples: waitingSamples },
  { title: 'Nothing is drawn', samples: hiddenSamples },
];

export const samples: readonly Sample[] = sampleGroups.flatMap((group) => group.samples);

/** Those of a state in which there is a dialog. */
export const drawnSamples: readonly Sample[] = samples.filter((sample) => !hiddenSamples.includes(sample));
