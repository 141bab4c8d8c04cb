#include "destination_transport.hpp"

#include <edgeward/core/random.hpp>
#include <edgeward/core/time.hpp>

namespace edgeward::app {

Result<std::unique_ptr<transport::Transport>> open_destination_transport(
    const delivery::DestinationSettings& destination, const config::Credentials& credentials,
    const boost::asio::any_io_executor& executor, std::shared_ptr<transport::CommitmentDesk> commitments) {
    if (const auto* hl7 = std::get_if<delivery::Hl7Form>(&destination.form)) {
        return transport::open_mllp_transport(hl7->connection, credentials, executor);
    }
    if (const auto* dicom = std::get_if<delivery::DicomForm>(&destination.form)) {
        return transport::open_dicom_transport(dicom->connection, credentials, executor,
                                               std::move(commitments));
    }
    if (const auto* dicomweb = std::get_if<delivery::DicomwebForm>(&destination.form)) {
        return transport::open_stow_transport(dicomweb->connection, credentials, executor, system_clock(),
                                              system_random());
    }
    return transport::open_fhir_transport(std::get<delivery::FhirForm>(destination.form).connection,
                                          credentials, executor, system_clock(), system_random());
}

}  // namespace edgeward::app
