#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/model/pseudonym.hpp>
#include <edgeward/store/observation_store.hpp>

#include "delivery_queue.hpp"

namespace edgeward::store {

// Takes off reports what an erased person left: waiting deliveries end as erased, body and pseudonym go,
// number, times and row digest stay, so that the books can be recounted and every batch still fits its audit
// record. Works inside the caller's transaction. One thread.
class ReportErasure {
public:
    static Result<ReportErasure> open(database::Connection& connection);

    // Number and row digest of each, and what an audit record says of them.
    struct Span {
        std::uint64_t first = 0, last = 0, count = 0;
        Bytes vouched;
        void add(std::uint64_t report, ByteView digest);
    };
    struct Erased {
        Span reports;
        std::vector<std::uint64_t> numbers;      // of those reports
        std::map<std::string, Span> deliveries;  // by destination
    };
    Result<Erased> erase(const std::vector<std::uint64_t>& reports,
                         const std::vector<model::Pseudonym>& subjects, DeliveryQueue& queue, Instant now);

private:
    enum Sql : std::uint8_t { select_report, empty_report, statements };
    std::array<database::Statement, statements> sql_;
};

}  // namespace edgeward::store
