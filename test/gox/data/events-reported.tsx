/** @jsxImportSource busbar/html */
import type { Html } from "busbar/html";
import { component } from "busbar/live";

export function Field(): Html {
  return component(Field, {}, () => {
    const handle = (): void => {};
    return () => (
      <div
        /* 9:8 onMouseDown is not ported: live views hear click, submit, input and change */
        /* 9:29 onMouseUp is not ported: live views hear click, submit, input and change */
        /* 9:48 onMouseMove is not ported: live views hear click, submit, input and change */
        /* 9:69 onMouseEnter is not ported: live views hear click, submit, input and change */
        /* 9:91 onMouseLeave is not ported: live views hear click, submit, input and change */
      >
        <input
          /* 10:11 onDoubleClick is not ported: live views hear click, submit, input and change */
          /* 10:34 onFocus is not ported: live views hear click, submit, input and change */
          /* 10:51 onBlur is not ported: live views hear click, submit, input and change */
        />
        <input
          /* 11:11 onKeyDown is not ported: live views hear click, submit, input and change */
          /* 11:30 onKeyUp is not ported: live views hear click, submit, input and change */
          /* 11:47 onKeyPress is not ported: live views hear click, submit, input and change */
        />
      </div>
    );
  });
}
