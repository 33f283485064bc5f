import { useEffect } from 'react';
import { useLatchkey } from '../store/context';
import { announce } from '../store/window-store';
import { CardNews } from './card-news';

/** While the page is open. */
export function useCardNews(): void {
  const { store } = useLatchkey();
  useEffect(() => {
    const news = new CardNews(
      (text) => announce(store, text),
      (milliseconds, callback) => {
        const timer = setTimeout(callback, milliseconds);
        return () => clearTimeout(timer);
      },
    );
    const follow = (): void => {
      const { browsers } = store.getState();
      if (browsers !== null) news.follow(browsers);
    };
    follow();
    const unsubscribe = store.subscribe((now, before) => {
      if (now.browsers !== before.browsers) follow();
    });
    return () => {
      unsubscribe();
      news.stop();
    };
  }, [store]);
}
