#pragma once

#include <mutex>
#include <string>

#include <edgeward/core/log.hpp>
#include <edgeward/dicom/arrival.hpp>
#include <edgeward/ingest/dicom_source.hpp>

#include "dicom_listener.hpp"
#include "due_answers.hpp"

namespace edgeward::ingest {

// The listener's thread seals objects and hands them over; the one that commits gives the answers.
class DicomSource final : public ObservationSource {
public:
    DicomSource(DicomSourceSettings settings, config::Credentials credentials, metrics::Registry& registry,
                const Clock& clock, std::filesystem::path objects, CommitmentTakers commitments);
    DicomSource(const DicomSource&) = delete;
    DicomSource& operator=(const DicomSource&) = delete;
    ~DicomSource() override;

    Result<void> start(MessageHandler on_message) override;
    void tell(std::uint64_t ticket, Fate fate, std::string_view reason) override;
    Result<void> reload_certificates() override;
    void acknowledge_through(std::uint64_t ticket) override;
    void stop() override;
    [[nodiscard]] SourceStatus status() const override;
    [[nodiscard]] std::uint16_t port() const;

private:
    class Receiving;
    using Reply = std::function<void(std::uint16_t)>;
    struct Due : DueAnswer {
        std::string sender;
        std::filesystem::path file;
        Reply reply;
    };

    void hand_over(const std::string& sender, const dicom::Arrival& arrival, std::filesystem::path file,
                   Reply reply);
    void answer(const std::string& sender, std::uint16_t status, const Reply& reply);
    [[nodiscard]] std::filesystem::path path_of(const model::ObjectName& name) const;

    const DicomSourceSettings settings_;
    const config::Credentials credentials_;
    metrics::Registry& registry_;
    const Clock& clock_;
    const std::filesystem::path objects_;
    const CommitmentTakers commitments_;
    DueAnswers<Due> due_;
    MessageHandler on_message_;

    mutable std::mutex mutex_;
    log::Trouble trouble_;
    Instant since_{};
    bool listening_ = false;

    std::unique_ptr<SenderPort> listener_;  // last: its thread uses the rest
};

}  // namespace edgeward::ingest
