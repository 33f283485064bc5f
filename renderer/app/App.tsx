import { FluentProvider } from '@fluentui/react-components';
import { Shell } from './Shell';
import { useSystemTheme } from './theme';
import styles from './Shell.module.css';

export function App() {
  const theme = useSystemTheme();
  return (
    <FluentProvider theme={theme} className={styles['provider'] ?? ''}>
      <Shell />
    </FluentProvider>
  );
}
