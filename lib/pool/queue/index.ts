export { openConsumer, openProducer } from "./bytes.ts";
export { openNumberConsumer, openNumberProducer } from "./numbers.ts";
export { createNumberQueue, createQueue, type NumberQueueOptions, type Queue, type QueueOptions } from "./queue.ts";
export type {
  ConsumerEnd,
  NumberConsumer,
  NumberProducer,
  ProducerEnd,
  ProducerOptions,
  QueueConsumer,
  QueueProducer,
  WaitOptions,
} from "./types.ts";
