#pragma once

#include <catch2/catch_test_macros.hpp>

#include <edgeward/store/recount.hpp>

#include "bench.hpp"
#include "row_check.hpp"

namespace edgeward::store {

// The books are what the rows say, and every row is what its audit record vouches for.
inline void check_sound(const Bench& bench) {
    const auto counted = Reconciler::open(bench.settings, bench.keys).value().reconcile(Depth::rows).value();
    CHECK(counted.differences.empty());
    CHECK(check_rows(bench.settings, bench.keys)->first_bad == 0);
}

}  // namespace edgeward::store
