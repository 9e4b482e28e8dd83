// Algorithms that learn from what people bought, over plain arrays: users, items and baskets are
// codes from 0, features are floats. Says nothing of SQL, files, packages or assets.
//
// What comes out depends on the data, the options and the seed alone, never on the number of
// threads or on time. Functions are pure and may be called from any thread; what they return is
// immutable unless its header says otherwise. Wrong input is InvalidArgument, with a hint; work
// that was called off is Cancelled.
#pragma once

#include "learn/als.h"  // IWYU pragma: export
#include "learn/baselines.h"
#include "learn/baskets.h"  // IWYU pragma: export
#include "learn/best_set.h"
#include "learn/calibrate.h"
#include "learn/clusters.h"             // IWYU pragma: export
#include "learn/co_purchase.h"          // IWYU pragma: export
#include "learn/forecast.h"             // IWYU pragma: export
#include "learn/points.h"               // IWYU pragma: export
#include "learn/probability_metrics.h"  // IWYU pragma: export
#include "learn/ranking_metrics.h"      // IWYU pragma: export
#include "learn/tifu_knn.h"
#include "learn/trees.h"  // IWYU pragma: export
#include "learn/work.h"   // IWYU pragma: export
