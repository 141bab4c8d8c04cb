// Runs a fuzz target without libFuzzer: every seed of a folder, then copies of them with a few octets
// changed, and short inputs from nothing. The same inputs on every run, for a second and a half at most.
//
//   NAME_seeds FOLDER

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Octets = std::vector<std::uint8_t>;
using Clock = std::chrono::steady_clock;

constexpr std::size_t most_rounds = 20000;
constexpr std::chrono::milliseconds patience{1500};

std::vector<Octets> read_seeds(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> paths;
    if (std::filesystem::exists(folder)) {
        for (const auto& entry : std::filesystem::directory_iterator(folder))
            paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    std::vector<Octets> seeds;
    for (const auto& path : paths) {
        std::ifstream file(path, std::ios::binary);
        seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    return seeds;
}

class Mutator {
public:
    Octets change(Octets octets) {
        for (std::size_t changes = 1 + below(4); changes > 0; --changes)
            change_once(octets);
        return octets;
    }
    std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }

private:
    void change_once(Octets& octets) {
        static constexpr std::uint8_t telling[] = {0x00, 0x7F, 0x80, 0xFF, '"',  '\\',
                                                   '|',  '{',  '}',  '\r', '\n', '0'};
        const std::size_t at = below(octets.size() + 1);
        const auto place = octets.begin() + static_cast<std::ptrdiff_t>(at);
        switch (below(5)) {
            case 0:
                octets.insert(place, telling[below(sizeof telling)]);
                return;
            case 1:
                octets.insert(place, static_cast<std::uint8_t>(below(256)));
                return;
            case 2:
                octets.resize(at);
                return;
            default:
                break;
        }
        if (at == octets.size()) return;
        if (below(2) == 0) {
            octets.erase(place);
        } else {
            octets[at] ^= static_cast<std::uint8_t>(1U << below(8));
        }
    }

    std::mt19937 random_{20261125};
};

}  // namespace

int main(int count, char** words) {
    if (count != 2) {
        std::fputs("usage: NAME_seeds FOLDER\n", stderr);
        return 2;
    }
    auto seeds = read_seeds(words[1]);
    for (const auto& seed : seeds)
        LLVMFuzzerTestOneInput(seed.data(), seed.size());
    seeds.emplace_back();
    const std::size_t read = seeds.size() - 1;
    Mutator mutator;
    const auto deadline = Clock::now() + patience;
    std::size_t round = 0;
    for (; round < most_rounds && Clock::now() < deadline; ++round) {
        const Octets input = mutator.change(seeds[mutator.below(seeds.size())]);
        LLVMFuzzerTestOneInput(input.data(), input.size());
        // From nothing, inputs grow out of each other; beside seeds they would drown them.
        if (read == 0 && seeds.size() < 4096 && input.size() < 256) seeds.push_back(input);
    }
    std::printf("%zu seeds, %zu changed copies\n", read, round);
    return 0;
}
