# The board's firmware in build/firmware, from Debian's package with apt's own tools and without root: it lies in a component
# that few machines have among their sources, and installing it would have its hooks write to /boot. The archive is the one that
# this machine's own sources name. What the files must be is pinned in boot/firmware.lock, so the package's signature is not asked for.
FIRMWARE_PACKAGE := raspi-firmware=1.20220830+ds-1

build/firmware:
	@command -v apt-get dpkg-deb > /dev/null || \
		{ echo "FIRMWARE=FOLDER names the board's firmware: only Debian's apt-get can fetch it"; exit 1; }
	@rm -rf $@.part && mkdir -p $@.part/lists/partial $@.part/cache/archives/partial
	@archive=$$(apt-get indextargets --format '$$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | head -1); \
		test -n "$$archive" || { echo "FIRMWARE=FOLDER names the board's firmware: no source of packages is Debian's, or" \
			"none was read yet (apt-get update)"; exit 1; }; \
		echo "deb [trusted=yes] $$archive bookworm non-free-firmware" > $@.part/sources
	cd $@.part && for step in update "download $(FIRMWARE_PACKAGE)"; do \
		apt-get --quiet --quiet -o Dir::Etc::SourceList="$$PWD/sources" -o Dir::Etc::SourceParts=- \
		-o Dir::State::Lists="$$PWD/lists" -o Dir::Cache="$$PWD/cache" -o APT::Sandbox::User= $$step || exit 1; done
	cd $@.part && dpkg-deb --extract raspi-firmware_*.deb . && mkdir files && cd files && \
		cp ../usr/lib/raspi-firmware/* ../usr/share/doc/raspi-firmware/copyright . && \
		sha256sum --check --quiet ../../../boot/firmware.lock
	mv $@.part/files $@ && rm -rf $@.part
