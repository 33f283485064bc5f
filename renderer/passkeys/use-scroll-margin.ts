import { useLayoutEffect, useState } from 'react';

/** How far below the top of the scrolling page the list starts; cards above it come and go. */
export function useScrollMargin(list: { readonly current: HTMLElement | null }): number {
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => {
    const element = list.current;
    const page = element?.closest('main');
    if (!element || !page) return undefined;
    const measure = (): void =>
      setMargin(
        Math.round(element.getBoundingClientRect().top - page.getBoundingClientRect().top + page.scrollTop),
      );
    measure();
    const observer = new ResizeObserver(measure);
    for (const sibling of element.parentElement?.children ?? [])
      if (sibling !== element) observer.observe(sibling);
    observer.observe(page);
    return () => observer.disconnect();
  }, [list]);
  return margin;
}
