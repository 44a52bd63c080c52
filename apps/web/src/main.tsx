import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { ChatSession } from './chat/chat-session.ts';
import { StoreSession } from './chat/store-session.ts';
import './styles/page.css';
import './styles/conversation.css';
import './styles/composer.css';

const page = document.getElementById('page');
if (!page) throw new Error('index.html has no #page');

createRoot(page).render(<App session={new ChatSession({ address: new StoreSession().address })} />);
