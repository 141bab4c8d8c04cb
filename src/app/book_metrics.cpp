#include "book_metrics.hpp"

#include <set>

#include <edgeward/core/log.hpp>
#include <edgeward/net/tls.hpp>
#include <edgeward/store/recount.hpp>

namespace edgeward::app {

BookMetrics::BookMetrics(metrics::Registry& metrics, store::StoreReader& reader, std::filesystem::path folder)
    : metrics_(metrics), reader_(reader), folder_(std::move(folder)) {
    metrics_.gauge("edgeward_build_info", "1, with the version as a label.", {{"version", EDGEWARD_VERSION}})
        .set(1);
    metrics_.on_collect([this] { collect(); });
}

void BookMetrics::raise(std::string_view name, std::string_view help, const metrics::Labels& labels,
                        std::uint64_t total) {
    metrics_.counter(name, help, labels).raise_to(static_cast<double>(total));
}

void BookMetrics::collect_inbound(const store::InboundBook& book) {
    raise("edgeward_messages_received_total", "Messages taken from sources.", {}, book.received);
    raise("edgeward_messages_stored_total", "Messages stored with at least one report.", {}, book.stored);
    metrics_
        .gauge("edgeward_messages_quarantined",
               "Messages in quarantine now: replayed and expired ones have left it.")
        .set(static_cast<double>(book.quarantined));
    raise("edgeward_messages_refused_total", "Messages refused, duplicates included.", {}, book.refused);
    raise("edgeward_reports_stored_total", "Reports stored, one per message and subject.", {}, book.reports);
    raise("edgeward_observations_stored_total", "Observations stored.", {}, book.observations);
    for (const auto& [reason, count] : book.refused_messages) {
        raise("edgeward_messages_refused_by_reason_total", "Messages refused, by reason.",
              {{"reason", reason}}, count);
    }
    for (const auto& [reason, count] : book.quarantined_by_reason) {
        metrics_
            .gauge("edgeward_messages_quarantined_by_reason", "Messages in quarantine now, by reason.",
                   {{"reason", reason}})
            .set(static_cast<double>(count));
    }
    for (const auto& [reason, count] : book.refused_values) {
        raise("edgeward_values_refused_total",
              "Values of stored or refused messages that are no observation.", {{"reason", reason}}, count);
    }
    raise("edgeward_fields_unlisted_total",
          "Fields of stored or refused messages that no mapping lists: dropped before anything is stored.",
          {}, book.unlisted);
}

void BookMetrics::collect_device(const std::string& name, const store::InboundBook& book) {
    const auto gauge = [&](const char* fate, std::uint64_t count) {
        metrics_
            .gauge("edgeward_device_messages",
                   "Messages of a device since the installation: received = stored + quarantined + refused. "
                   "The empty name stands for devices that are not known.",
                   {{"device", name}, {"fate", fate}})
            .set(static_cast<double>(count));
    };
    gauge("received", book.received);
    gauge("stored", book.stored);
    gauge("quarantined", book.quarantined);
    gauge("refused", book.refused);
}

void BookMetrics::collect_destination(const std::string& name, const store::DestinationBook& book) {
    const auto gauge = [&](const char* state, std::uint64_t count) {
        metrics_
            .gauge("edgeward_destination_reports",
                   "Reports offered to a destination by state: offered = delivered + pending + dead_letter + "
                   "filtered + "
                   "erased.",
                   {{"destination", name}, {"state", state}})
            .set(static_cast<double>(count));
    };
    gauge("offered", book.offered);
    gauge("delivered", book.delivered);
    gauge("pending", book.pending);
    gauge("dead_letter", book.dead);
    gauge("filtered", book.filtered);
    gauge("erased", book.erased);
    metrics_
        .gauge("edgeward_destination_parked_reports",
               "Pending reports that wait for their own person's turn.", {{"destination", name}})
        .set(static_cast<double>(book.parked));
    const double age =
        book.oldest_pending
            ? std::chrono::duration<double>(system_clock().now() - *book.oldest_pending).count()
            : 0;
    metrics_
        .gauge("edgeward_destination_oldest_pending_seconds", "Age of the oldest report not delivered.",
               {{"destination", name}})
        .set(age);
}

void BookMetrics::collect() {
    const std::lock_guard lock(mutex_);
    bool balanced = true;
    if (const auto devices = reader_.device_books()) {
        const store::Ledger ledger{*devices, {}};
        collect_inbound(ledger.total());
        for (const auto& [device, book] : ledger.devices) {
            collect_device(device, book);
            balanced = balanced && book.balances();
        }
    }
    if (const auto books = reader_.destination_books()) {
        for (const auto& [name, book] : *books) {
            collect_destination(name, book);
            balanced = balanced && book.balances();
        }
    }
    metrics_.gauge("edgeward_books_balanced", "1 while the equations of the books hold.")
        .set(balanced ? 1 : 0);
    if (const auto chain = reader_.chain()) {
        metrics_.gauge("edgeward_audit_sequence", "Newest audit record.")
            .set(static_cast<double>(chain->sequence));
        metrics_.gauge("edgeward_audit_checkpoint_sequence", "Newest audit record under a signed checkpoint.")
            .set(static_cast<double>(chain->checkpoint));
    }
    std::error_code failed;
    const auto space = std::filesystem::space(folder_, failed);
    if (!failed) {
        metrics_.gauge("edgeward_disk_free_bytes", "Free space where the databases are.")
            .set(static_cast<double>(space.available));
    }
}

std::vector<std::pair<std::string, double>> certificates_left(const Configuration& configuration,
                                                              const config::Credentials& credentials) {
    std::set<std::string> names = {configuration.mqtt.tls.certificate};
    if (configuration.admin.https) names.insert(configuration.admin.tls.certificate);
    for (const auto* listener : {&configuration.adt, &configuration.hl7_in}) {
        if (listener->enabled && !listener->plain) names.insert(listener->tls.certificate);
    }
    if (configuration.dicom_in.enabled) names.insert(configuration.dicom_in.tls.certificate);
    for (const auto& peer : configuration.commitment_peers)
        names.insert(peer.node.tls.certificate);
    for (const auto& destination : configuration.delivery.destinations)
        std::visit([&](const auto& form) { names.insert(form.connection.tls.certificate); },
                   destination.form);
    names.erase("");
    std::vector<std::pair<std::string, double>> left;
    for (const auto& name : names) {
        if (const auto seconds = net::seconds_until_expiry(name, credentials))
            left.emplace_back(name, *seconds);
    }
    return left;
}

void BookMetrics::refresh_certificates(const Configuration& configuration,
                                       const config::Credentials& credentials) {
    for (const auto& [name, seconds] : certificates_left(configuration, credentials)) {
        metrics_
            .gauge("edgeward_certificate_expiry_seconds", "Time until our certificate expires.",
                   {{"credential", name}})
            .set(seconds);
    }
}

}  // namespace edgeward::app
