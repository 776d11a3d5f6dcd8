/**
 * What a UI5 application does with its V4 model, run inside the page: each function makes a model of its own and gives
 * plain values back.
 */

const require = (...names) =>
  new Promise((resolve, reject) => sap.ui.require(names, (...modules) => resolve(modules), reject))

const [ODataModel, Filter, Sorter] =
  await require('sap/ui/model/odata/v4/ODataModel', 'sap/ui/model/Filter', 'sap/ui/model/Sorter')

/** `$auto` puts requests into batches, `$direct` sends each by itself. */
function modelOf({ serviceUrl, token, groupId }) {
  return new ODataModel({
    serviceUrl,
    groupId,
    operationMode: 'Server',
    httpHeaders: { Authorization: `Bearer ${token}` },
  })
}

globalThis.scenarios = {
  /** A table of units that grows once: filtered, sorted, with its count and the buildings' names. */
  async list(service) {
    const binding = modelOf(service).bindList(
      '/Units',
      undefined,
      [new Sorter('UnitCode', true), new Sorter('Id')],
      [new Filter('CompanyNo', 'EQ', 3), new Filter('NumberOfRooms', 'GT', '2.5')],
      {
        $select: 'Id,UnitCode,NumberOfRooms',
        $expand: { Building: { $select: 'Name' } },
        $count: true,
      },
    )
    const first = await binding.requestContexts(0, 20)
    const more = await binding.requestContexts(20, 10)
    return {
      rows: [...first, ...more].map((context) => context.getObject()),
      count: binding.getCount(),
    }
  },

  /** Buildings with a large unit, by a lambda. */
  async any(service) {
    const large = new Filter('unit/NumberOfRooms', 'GE', '5.5')
    const binding = modelOf(service).bindList(
      '/Buildings',
      undefined,
      [new Sorter('Id')],
      [new Filter({ path: 'Units', operator: 'Any', variable: 'unit', condition: large })],
      { $select: 'Id' },
    )
    const contexts = await binding.requestContexts(0, 1_000)
    return contexts.map((context) => context.getProperty('Id'))
  },

  /** One building by its key, and a few of its units through it. */
  async byKey(service) {
    const model = modelOf(service)
    const building = model.bindContext('/Buildings(1)', undefined, { $select: 'Id,Name' })
    const units = model.bindList('/Buildings(1)/Units', undefined, [], [], { $select: 'Id' })
    const [{ Id, Name }, contexts] = await Promise.all([
      building.requestObject(),
      units.requestContexts(0, 5),
    ])
    return { Id, Name, units: contexts.map((context) => context.getProperty('Id')) }
  },

  /** What a smart control asks of the metadata. */
  async metadata(service) {
    const meta = modelOf(service).getMetaModel()
    const [property, type] = await Promise.all([
      meta.requestObject('/Units/UnitCode'),
      meta.requestUI5Type('/Units/NumberOfRooms'),
    ])
    return { property, type: type.getName(), formatted: type.formatValue('4.5', 'string') }
  },

  /** Creates, changes and deletes a note; `between` runs before a change that must fail. */
  async write(service, note) {
    const model = modelOf(service)
    const binding = model.bindList('/Notes', undefined, [], [new Filter('Id', 'EQ', -1)], {
      $$updateGroupId: service.groupId,
    })
    const context = binding.create(note)
    await context.created()
    const id = context.getProperty('Id')
    await context.setProperty('Body', 'Second rappel')
    const changed = context.getProperty('Body')
    await globalThis.changeElsewhere(id)
    const conflict = await context.setProperty('Body', 'Trop tard').then(
      () => undefined,
      ({ status, message }) => ({ status, message }),
    )
    context.resetChanges()
    await context.requestRefresh()
    const seen = context.getProperty('Body')
    await context.delete()
    return { id, changed, conflict, seen }
  },
}
