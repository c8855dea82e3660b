// @ts-check

/** Chance that comes from a seed: the same seed gives the same draws, in the same order. */
export class Random {
  /** @type {string} */
  #seed;
  /** @type {number} */
  #state;

  /** @param {string} seed */
  constructor(seed) {
    this.#seed = seed;
    this.#state = hashOf(seed);
  }

  /** From 0 up to 1 (mulberry32). Needs no `this`, so that it can stand in for `Math.random`. */
  fraction = () => {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };

  /** @param {number} probability From 0 to 1. */
  chance(probability) {
    return this.fraction() < probability;
  }

  /**
   * @param {number} low
   * @param {number} high
   */
  between(low, high) {
    return low + this.fraction() * (high - low);
  }

  /**
   * A whole number, both ends included.
   *
   * @param {number} low
   * @param {number} high
   */
  whole(low, high) {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  /**
   * @template const T
   * @param {readonly [T, ...T[]]} items
   * @returns {T}
   */
  pick(items) {
    return items[Math.floor(this.fraction() * items.length)] ?? items[0];
  }

  /**
   * One of the names, each as often as its weight says.
   *
   * @template {string} Name
   * @param {ReadonlyMap<Name, number>} weights
   * @returns {Name}
   */
  weighted(weights) {
    let left = this.fraction() * [...weights.values()].reduce((sum, weight) => sum + weight, 0);
    for (const [name, weight] of weights) {
      left -= weight;
      if (left < 0) return name;
    }
    throw new RangeError('Random.weighted: no weight is above 0');
  }

  /**
   * Chance of its own, so that draws for one purpose do not move those for another.
   *
   * @param {string} purpose
   */
  fork(purpose) {
    return new Random(`${this.#seed}/${purpose}`);
  }
}

/**
 * FNV-1a.
 *
 * @param {string} text
 */
function hashOf(text) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}
