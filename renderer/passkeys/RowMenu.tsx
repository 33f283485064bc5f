import { Menu, MenuItem, MenuList, MenuPopover } from '@fluentui/react-components';
import { Delete20Regular } from '@fluentui/react-icons/svg/delete';
import { Info20Regular } from '@fluentui/react-icons/svg/info';
import type { PasskeyView } from '../../preload/contract';
import { words } from '../messages/en';
import { useLatchkey } from '../store/context';
import { testIds } from '../test-ids';
import { siteName, userName } from './names';
import { openDelete, openDetails } from './open-dialogs';

/** The one `…` menu of the list, drawn at the row that asked for it. */
export function RowMenu(props: {
  readonly passkey: PasskeyView;
  readonly target: HTMLElement;
  readonly onClose: () => void;
}) {
  const { store } = useLatchkey();
  return (
    <Menu
      open
      onOpenChange={(_event, data) => {
        if (!data.open) props.onClose();
      }}
      positioning={{ target: props.target, position: 'below', align: 'end' }}
    >
      <MenuPopover
        role="region"
        aria-label={words.passkeys.moreFor(siteName(props.passkey), userName(props.passkey))}
      >
        <MenuList>
          <MenuItem
            icon={<Info20Regular />}
            data-testid={testIds.menuDetails}
            onClick={() => openDetails(store, props.passkey)}
          >
            {words.passkeys.menuDetails}
          </MenuItem>
          <MenuItem
            icon={<Delete20Regular />}
            data-testid={testIds.menuDelete}
            onClick={() => openDelete(store, [props.passkey])}
          >
            {words.passkeys.menuDelete}
          </MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
