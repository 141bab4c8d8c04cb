#include "dictionary_keeper.hpp"

#include <utility>

namespace edgeward::delivery {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t persons_at_once = 200;  // some milliseconds of the vault's time
constexpr milliseconds between{1};
constexpr milliseconds look_again = seconds(2);
constexpr milliseconds after_failure = seconds(5);

}  // namespace

DictionaryKeeper::DictionaryKeeper(vault::IdentityVault& vault, metrics::Registry& metrics) : vault_(vault) {
    entries_ = metrics.gauge("edgeward_dlp_dictionary_entries",
                             "Keyed hashes of words, numbers and dates that name persons.");
    octets_ = metrics.gauge("edgeward_dlp_dictionary_bytes", "Memory of the dictionary's table.");
    complete_ =
        metrics.gauge("edgeward_dlp_dictionary_complete",
                      "1 when the dictionary holds every person of the vault; until then destinations "
                      "below identified wait.");
}

void DictionaryKeeper::start() {
    if (std::exchange(started_, true)) return;
    thread_.start([this] { work(); });
}

void DictionaryKeeper::stop() {
    thread_.stop();
}

void DictionaryKeeper::work() {
    do {
        if (vault_.dictionary().stale() && !fill()) return;
    } while (thread_.pause(look_again));
}

bool DictionaryKeeper::fill() {
    for (;;) {
        const auto finished = vault_.fill_dictionary(persons_at_once);
        if (!finished) {
            trouble_.raise("fill",
                           "the dictionary of persons cannot be filled; destinations below identified wait",
                           {{"reason", finished.error().message}});
        }
        if (finished && *finished) break;
        if (!thread_.pause(finished ? between : after_failure)) return false;
    }
    trouble_.clear("fill", "the dictionary of persons is filled again");
    say(vault_.dictionary().complete());
    return true;
}

void DictionaryKeeper::say(bool filled) {
    const auto& dictionary = vault_.dictionary();
    entries_.set(static_cast<double>(dictionary.entries()));
    octets_.set(static_cast<double>(dictionary.octets()));
    complete_.set(filled ? 1 : 0);
    if (filled) {
        trouble_.clear("full", "the dictionary holds every person again");
    } else {
        trouble_.raise("full", "the dictionary of persons is full; destinations below identified wait",
                       {{"entries", dictionary.entries()}});
    }
}

}  // namespace edgeward::delivery
