// Throughput from positions: a stream's next position grows by one for each record.
export interface Sample {
  at: number;
  position: number;
}

const samplesKept = 90;

/** A position that went back is another stream's, or one that began anew. */
export function addSample(samples: Sample[], sample: Sample): Sample[] {
  const last = samples[samples.length - 1];
  if (last && sample.position < last.position) return [sample];
  return [...samples, sample].slice(-samplesKept);
}

/** Records a second between each two samples. */
export function rateOf(samples: Sample[]): number[] {
  return samples.slice(1).map((sample, i) => {
    const before = samples[i];
    if (!before || sample.at <= before.at) return 0;
    return ((sample.position - before.position) * 1000) / (sample.at - before.at);
  });
}

export const mean = (values: number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
