import type { ReactNode } from 'react';
import { createDOMRenderer, FluentProvider, RendererProvider } from '@fluentui/react-components';
import { useMediaQuery } from './media';
import { dark, light } from './theme';

/** Fluent's style sheets go before all of ours, so that ours count, whichever was loaded first. */
const styles = createDOMRenderer(document, { insertionPoint: document.querySelector('title') ?? undefined });

/** As a style, not a class: classes of the provider go to the layer of dialogs too, which would then hide the page. */
const noBox = { display: 'contents' } as const;

/** Around everything that Fluent draws. */
export function Fluent({ children }: { readonly children: ReactNode }) {
  const theme = useMediaQuery('(prefers-color-scheme: dark)') ? dark : light;
  return (
    <RendererProvider renderer={styles}>
      <FluentProvider theme={theme} style={noBox}>
        {children}
      </FluentProvider>
    </RendererProvider>
  );
}
