import { useEffect, useRef, useState } from 'react';

/**
 * What the live region says: the words of a state that follows another one, or that have changed. The first is heard as the name
 * of the dialog when it gets the focus.
 */
export function useSaid(key: string, words: string): string {
  const now = `${key} ${words}`;
  const first = useRef(now);
  const [said, setSaid] = useState('');

  useEffect(() => {
    if (first.current === now) return undefined;
    first.current = '';
    // In a task of its own: a region that is filled while the focus moves is often not read.
    const timer = setTimeout(() => setSaid(words));
    return () => clearTimeout(timer);
  }, [now, words]);
  return said;
}
