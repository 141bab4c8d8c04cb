#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include <edgeward/audit/record.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/store/store_reader.hpp>

namespace edgeward::anchoring {

// The committed audit log, as StoreReader gives it.
struct AuditTrail {
    using Record = std::function<void(const audit::Record&)>;
    using Note = std::function<void(std::string_view note)>;
    std::function<Result<store::ChainState>()> chain;
    // StoreReader::export_audit.
    std::function<Result<void>(std::uint64_t first, std::size_t most, const Record&, const Note&)> read;
};

}  // namespace edgeward::anchoring
