#pragma once

#include <deque>
#include <thread>
#include <vector>

namespace edgeward::support {

// What `work(number)` gives on so many threads at once, in the order of their numbers. Catch2's assertions
// are for one thread: the work counts, the test compares.
template <typename Work>
auto at_once(unsigned threads, const Work& work) {
    using Given = decltype(work(0U));
    std::deque<Given> given(threads);  // places of a std::vector<bool> are not apart
    std::vector<std::thread> running;
    for (unsigned number = 0; number < threads; ++number)
        running.emplace_back([&given, &work, number] { given[number] = work(number); });
    for (std::thread& one : running)
        one.join();
    return std::vector<Given>(given.begin(), given.end());
}

}  // namespace edgeward::support
