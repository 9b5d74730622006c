// A typed free list: objects of one shape, handed out again after a reset.
export function createFreeList(make, reset, maxIdle = 1024) {
  const idle = [];
  return {
    acquire: () => (idle.length > 0 ? idle.pop() : make()),
    release(one) {
      if (idle.length >= maxIdle) return;
      reset(one); // on the way in: what it held must not live longer than its request
      idle.push(one);
    },
  };
}
