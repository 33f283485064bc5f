import { Button } from '@fluentui/react-components';
import { GlobeDesktop24Regular } from '@fluentui/react-icons/svg/globe-desktop';
import { EmptyState } from '../app/EmptyState';
import { PageTitle } from '../app/PageTitle';
import { words } from '../messages/en';
import { useLatchkey } from '../store/context';
import { testIds } from '../test-ids';

/** Says what this version does not do, and nothing that looks as if it did. */
export function BrowsersPage() {
  const { store } = useLatchkey();
  return (
    <section data-testid={testIds.browsersPage}>
      <PageTitle title={words.common.pages.browsers} underAccounts />
      <EmptyState
        testId={`${testIds.browsersPage}-text`}
        title={words.browsers.title}
        text={`${words.browsers.text} ${words.browsers.meanwhile}`}
        icon={<GlobeDesktop24Regular fontSize={32} />}
        action={
          <Button data-testid={testIds.browsersGo} onClick={() => store.setState({ page: 'passkeys' })}>
            {words.browsers.go}
          </Button>
        }
      />
    </section>
  );
}
