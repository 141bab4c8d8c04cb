#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <edgeward/core/file.hpp>

#include "store/bench.hpp"

// crash_writer FOLDER KEK_HEX FIRST_ID: records messages with ids from FIRST_ID on in jobs of three and
// writes the first id of each message to stdout once its job is committed, until somebody kills it.
int main(int argc, char** argv) {
    using namespace edgeward;
    if (argc != 4) return 2;
    Bytes kek;
    if (!from_hex(argv[2], kek)) return 2;
    store::StoreSettings settings;
    settings.folder = argv[1];
    settings.checkpoint_records = 50;
    const auto ring = read_file(settings.folder / "keyring");
    if (!ring) return 2;
    auto keys = crypto::KeyRing::unwrap(*ring, Secret(std::move(kek)));
    if (!keys) return 2;
    auto opened = store::open_store(settings, {}, *keys, system_clock());
    if (!opened) {
        std::fprintf(stderr, "%s\n", opened.error().message.c_str());
        return 3;
    }
    for (std::uint64_t id = std::strtoull(argv[3], nullptr, 10);; id += 12) {
        std::vector<store::Inbound> messages;
        std::string lines;
        for (std::uint64_t message = 0; message < 3; ++message) {
            messages.push_back(
                store::stored_message(id + 4 * message, 4, static_cast<std::uint8_t>(1 + message)));
            lines += std::to_string(id + 4 * message) + "\n";
        }
        store::Job job;
        job.work = [messages = std::move(messages)](store::ObservationStore& store) {
            return store.record(messages);
        };
        job.done = [lines](const Result<void>& done) {
            if (!done || ::write(STDOUT_FILENO, lines.data(), lines.size()) < 0) std::abort();
        };
        if (!opened->writer->submit(std::move(job))) return 4;
        if (id % 60 == 0) {
            // Now and then something is settled too.
            auto due = opened->reader->pending("kis", 0, 5);
            if (!due || due->empty()) continue;
            std::vector<store::Settlement> settlements;
            for (const store::Delivery& delivery : *due)
                settlements.push_back(store::ended(delivery.report));
            opened->writer->submit(
                {[settlements](store::ObservationStore& store) { return store.settle("kis", settlements); },
                 {}});
        }
    }
}
