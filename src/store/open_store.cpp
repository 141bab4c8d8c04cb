#include <edgeward/database/database.hpp>

#include "group_writer.hpp"
#include "store_reader.hpp"

namespace edgeward::store {
Result<StoreParts> open_store(const StoreSettings& settings, const WriterSettings& writer,
                              const crypto::KeyRing& keys, const Clock& clock) {
    const auto failed = [](Error error) { return failure(std::move(error).during("open the store")); };
    if (auto proven = database::prove_encryption(settings.folder); !proven)
        return failed(std::move(proven.error()));
    auto store = SqlcipherStore::open(settings, keys, clock);
    if (!store) return failed(std::move(store.error()));
    auto reader = SqlcipherReader::open(settings, keys);
    if (!reader) return failed(std::move(reader.error()));
    StoreParts parts;
    parts.reader = std::move(*reader);
    parts.writer = std::make_unique<GroupWriter>(std::move(*store), writer);
    return parts;
}

Result<std::unique_ptr<StoreReader>> open_reader(const StoreSettings& settings, const crypto::KeyRing& keys,
                                                 std::size_t cache_kib) {
    auto reader = SqlcipherReader::open(settings, keys, cache_kib);
    if (!reader) return failure(std::move(reader.error()).during("open the store"));
    return *std::move(reader);
}

}  // namespace edgeward::store
