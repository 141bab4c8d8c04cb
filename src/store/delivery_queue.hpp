#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <edgeward/audit/record.hpp>
#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/store/observation_store.hpp>

namespace edgeward::store {

inline bool is_waiting(DeliveryState state) noexcept {
    return state == DeliveryState::pending || state == DeliveryState::parked || state == DeliveryState::again;
}

// What is queued for each destination, its counters and its low-water mark: no report at or below it is
// pending, so that claims and starting up do not walk over what was settled. Works inside the caller's
// transaction. One thread.
class DeliveryQueue {
public:
    static Result<DeliveryQueue> open(database::Connection& connection);

    // `newest`: number of the newest report stored.
    Result<void> set_destinations(const std::vector<std::string>& names, std::uint64_t newest);
    // Queues a report for every active destination.
    Result<void> offer(std::uint64_t report);
    // Ends or parks deliveries; gives the audit events for those that ended.
    Result<std::vector<audit::Event>> settle(std::string_view destination,
                                             const std::vector<Settlement>& settlements, std::uint64_t newest,
                                             Instant now);
    // Ends what waits of a report that is another person's as filtered, and queues what takes it back for
    // destinations that may have got it. Gives the destinations where something waited.
    Result<std::vector<std::string>> withdraw(std::uint64_t report, std::uint64_t taken_back_by, Instant now);
    // Dead or parked reports become pending again; gives how many did.
    Result<std::uint64_t> retry(std::string_view destination, const std::vector<std::uint64_t>& reports);
    // The same for delivered ones.
    Result<std::uint64_t> replay(std::string_view destination, const std::vector<std::uint64_t>& reports);
    // Ends as erased what of a report no destination has got yet. Gives the destinations where it did.
    struct Ended {
        std::string destination;
        crypto::Digest digest{};  // of the report's row
    };
    Result<std::vector<Ended>> erase(std::uint64_t report, Instant now);
    // After the last erase() or withdraw(): claims begin behind what was ended.
    Result<void> pass_ended(std::uint64_t newest);
    // False: it was in that mode.
    Result<bool> set_mode(std::string_view destination, DestinationMode mode, std::string_view actor,
                          std::string_view reason, Instant now);
    // Writes counters and low-water marks; before every commit.
    Result<void> save();

    struct Destination {
        std::int64_t id = 0;
        std::string name;
        bool active = false;
        DestinationMode mode = DestinationMode::running;
        std::uint64_t low_water = 0;
        std::int64_t offered = 0;
        std::array<std::int64_t, 6> by_state{};  // pending without the parked ones
        bool changed = false;
    };
    using Destinations = std::vector<Destination>;
    [[nodiscard]] const Destinations& destinations() const noexcept { return destinations_; }
    void go_back(const Destinations& destinations) { destinations_ = destinations; }
    Result<void> reload();

private:
    // Settlements of one call that one audit record stands for: state, subject, reason.
    using GroupKey = std::tuple<DeliveryState, std::optional<model::Pseudonym>, std::string>;
    struct Group {
        std::uint64_t first = 0, last = 0, count = 0;
        Bytes vouched;  // report numbers and row digests
    };
    struct Row {
        DeliveryState state = DeliveryState::pending;
        std::optional<model::Pseudonym> subject;
        crypto::Digest digest{};
    };

    Result<Destination*> find(std::string_view name);
    Result<Row> row_of(std::int64_t destination, std::uint64_t report);
    // Nothing: it was never queued there.
    Result<std::optional<Row>> find_row(std::int64_t destination, std::uint64_t report);
    Result<void> offer_to(Destination& destination, std::uint64_t report);
    static void count_offered(Destination& destination) noexcept;
    static void move(Destination& destination, DeliveryState from, DeliveryState to) noexcept;
    // Writes the row's new state and moves it from counter to counter.
    Result<void> turn(Destination& destination, const Settlement& settlement, const Row& row, Instant now);
    // It was sent while it was taken back: what takes it back follows.
    Result<void> follow(Destination& destination, std::uint64_t report);
    Result<void> settle_one(Destination& destination, const Settlement& settlement, Instant now,
                            std::map<GroupKey, Group>& groups);
    // Ends a report that is pending, as it was claimed. False: it is not pending any more.
    Result<bool> end_claimed(Destination& destination, const Settlement& settlement, const Row& row,
                             Instant now);
    static void vouch(const Settlement& settlement, const Row& row, std::map<GroupKey, Group>& groups);
    Result<void> raise_low_water(Destination& destination, std::uint64_t newest);
    Result<std::vector<std::uint64_t>> stuck(std::int64_t destination);
    using Released = bool (*)(DeliveryState);
    Result<bool> release(Destination& destination, std::uint64_t report, Released may_be);
    Result<std::uint64_t> release_all(Destination& destination, const std::vector<std::uint64_t>& reports,
                                      Released may_be);

    enum Sql : std::uint8_t {
        select_all,
        insert_destination,
        set_active,
        update_mode,
        save_destination,
        insert_delivery,
        select_row,
        update_row,
        update_pending,
        next_pending,
        select_stuck,
        select_state,
        release_row,
        insert_taken_back,
        statements
    };
    // Gives how many rows it changed.
    Result<std::int64_t> write(Sql update, std::int64_t destination, const Settlement& settlement,
                               const Row& row, Instant now);

    std::array<database::Statement, statements> sql_;
    Destinations destinations_;
};

}  // namespace edgeward::store
