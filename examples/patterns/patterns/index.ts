import type { Pattern } from "../site.ts";
import { activeSearch } from "./active-search.ts";
import { bulkUpdate } from "./bulk-update.ts";
import { cascadingSelects } from "./cascading-selects.ts";
import { clickToEdit } from "./click-to-edit.ts";
import { deleteRow } from "./delete-row.ts";
import { editRow } from "./edit-row.ts";
import { fileUpload } from "./file-upload.ts";
import { infiniteScroll } from "./infinite-scroll.ts";
import { inlineValidation } from "./inline-validation.ts";
import { lazyLoad } from "./lazy-load.ts";
import { modal } from "./modal.ts";
import { optimisticLike } from "./optimistic-like.ts";
import { pagination } from "./pagination.ts";
import { progressBar } from "./progress-bar.ts";
import { sortable } from "./sortable.ts";
import { tabs } from "./tabs.ts";
import { toast } from "./toast.ts";

/** In the order of the menu. */
export const PATTERNS: readonly Pattern[] = [
  activeSearch,
  inlineValidation,
  cascadingSelects,
  fileUpload,
  clickToEdit,
  editRow,
  deleteRow,
  bulkUpdate,
  sortable,
  pagination,
  infiniteScroll,
  lazyLoad,
  tabs,
  modal,
  toast,
  progressBar,
  optimisticLike,
];
