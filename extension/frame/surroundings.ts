/** What the frame may do, and what is around it: from the browser's own objects, of which the page's world has others. */

/** Chromium's name for permissions policy; Firefox tells extensions nothing about it. */
interface FeaturePolicy {
  allowsFeature(feature: string): boolean;
}

export interface Surroundings {
  /** The frame is inside one of another origin: the origin of the top frame. */
  readonly topOrigin?: string;
}

/**
 * Undefined: not ours (opaque origins; frames in which permissions policy forbids it, or may forbid it for all that Firefox says).
 * @param kinds one of them has to be allowed (Permissions Policy names of WebAuthn Level 3 §5.9)
 */
export function surroundings(kinds: readonly ('create' | 'get')[]): Surroundings | undefined {
  if (window.origin === 'null') return undefined;
  const policy = (document as { featurePolicy?: FeaturePolicy }).featurePolicy;
  if (policy === undefined) return isAmongItsOwn() ? {} : undefined;
  if (!kinds.some((kind) => policy.allowsFeature(`publickey-credentials-${kind}`))) return undefined;
  const ancestors = Array.from(location.ancestorOrigins);
  const top = ancestors.at(-1);
  return top === undefined || ancestors.every((origin) => origin === window.origin) ? {} : { topOrigin: top };
}

/** A person looks at the page, so a dialog may come up. */
export function isLookedAt(): boolean {
  if (document.visibilityState !== 'visible') return false;
  return document.hasFocus() || (window.top !== window && topHasFocus());
}

/** In a frame of another origin, a new passkey needs a click of the person (WebAuthn Level 3 §5.1.3). */
export function hasBeenClicked(): boolean {
  return navigator.userActivation.isActive;
}

function isAmongItsOwn(): boolean {
  for (let frame: Window = window; frame !== frame.parent;) {
    frame = frame.parent;
    try {
      if (frame.origin !== window.origin) return false;
    } catch {
      return false;
    }
  }
  return true;
}

/** A page of another origin does not tell; that it is visible has to do. */
function topHasFocus(): boolean {
  try {
    return window.top?.document.hasFocus() ?? false;
  } catch {
    return true;
  }
}
