import { FluentProvider } from '@fluentui/react-components';
import { Shell } from './Shell';
import { useSystemTheme } from './theme';

/** As a style, not a class: classes of the provider go to the layer of dialogs too, which would then hide the page. */
const providerStyle = { height: '100%', background: 'transparent' } as const;

export function App() {
  const theme = useSystemTheme();
  return (
    <FluentProvider theme={theme} style={providerStyle}>
      <Shell />
    </FluentProvider>
  );
}
