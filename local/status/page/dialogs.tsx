import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { MailState } from "../state";
import { ActTray } from "./act-tray";
import { ask } from "./connection";
import { type Opened, usePage } from "./context";
import { clock } from "./format";
import { Raw } from "./raw";
import { ServiceDialog } from "./service-dialog";
import { TaskDialog } from "./task-dialog";

/** What is open: one at a time. */
export function Dialogs({ opened, onClose }: { readonly opened: Opened | undefined; readonly onClose: () => void }) {
  const { state } = usePage();
  const service = opened?.type === "service" ? state.services?.find(({ id }) => id === opened.id) : undefined;
  const task = opened?.type === "task" ? state.tasks?.find(({ id }) => id === opened.id) : undefined;
  const mail = opened?.type === "mail" ? state.mails?.find(({ id }) => id === opened.id) : undefined;
  if (!opened) return null;
  if (service)
    return (
      <Dialog key={service.id} title={service.name} onClose={onClose}>
        <ServiceDialog service={service} />
      </Dialog>
    );
  if (task)
    return (
      <Dialog key={task.id} title={`Task ${task.id}`} onClose={onClose}>
        <TaskDialog task={task} />
      </Dialog>
    );
  if (mail)
    return (
      <Dialog key={mail.id} title={mail.subject || "(no subject)"} onClose={onClose}>
        <MailDialog mail={mail} />
      </Dialog>
    );
  return (
    <Dialog title="Gone" onClose={onClose}>
      <p>The {opened.type} is not there any more.</p>
    </Dialog>
  );
}

/** The browser's own modal dialog: keeps the focus, and closes by Esc. What is under way is shown in it: the page behind is out of reach. */
function Dialog(props: { readonly title: string; readonly onClose: () => void; readonly children: ComponentChildren }) {
  const { title, onClose, children } = props;
  const { state } = usePage();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="dialog-title" onClose={onClose}>
      <header class="dialog-head">
        <h2 id="dialog-title">{title}</h2>
        <button type="button" class="plain" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </header>
      <div class="dialog-body">{children}</div>
      <ActTray acts={state.acts} />
    </dialog>
  );
}

function MailDialog({ mail }: { readonly mail: MailState }) {
  const [text, setText] = useState("");
  useEffect(() => {
    ask<{ text: string }, "mail">("mail", { mail: mail.id })
      .then((answer) => setText(answer.text))
      .catch((error: Error) => setText(error.message));
  }, [mail.id]);
  return (
    <>
      <dl class="facts">
        <dt>From</dt>
        <dd>{mail.from}</dd>
        <dt>To</dt>
        <dd>{mail.to}</dd>
        <dt>At</dt>
        <dd>{clock(mail.at)}</dd>
      </dl>
      <Raw label="Text of the mail" text={text} />
    </>
  );
}
