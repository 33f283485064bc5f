/** What Latchkey knows of a browser on this computer. Types only: the window draws them. */

export type BrowserId = 'chrome' | 'chromium' | 'edge' | 'brave' | 'firefox';

/** Who takes which extension, and which host manifest. */
export type BrowserFamily = 'chromium' | 'firefox';

/** A package that shuts its browser in, away from programs like Latchkey's relay. */
export type Confinement = 'snap' | 'flatpak';

export type HostManifest =
  | { readonly is: 'none' }
  /** It leads to this Latchkey. */
  | { readonly is: 'ours' }
  /** It leads to this Latchkey's folder, but is of another version, or the relay is not there (any more). */
  | { readonly is: 'outdated' }
  /** It leads elsewhere: to the program named, or nowhere that could be read. */
  | { readonly is: 'foreign'; readonly program?: string }
  /** It cannot be looked at: why, a sentence. */
  | { readonly is: 'unreadable'; readonly why: string };

export interface BrowserStatus {
  readonly id: BrowserId;
  readonly name: string;
  readonly family: BrowserFamily;
  /** The program (macOS: the application) that can reach Latchkey; absent when there is none such. */
  readonly program?: string;
  /** Packages of it that are installed, too, or instead. */
  readonly confined: readonly Confinement[];
  readonly manifest: HostManifest;
  /** Where the manifest is, or would be. */
  readonly file: string;
  /** Windows: the key that says so to the browser. */
  readonly registryKey?: string;
  /** Other browsers that read the same manifest: connecting one connects them. */
  readonly sharedWith: readonly BrowserId[];
}
